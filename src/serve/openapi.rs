//! The description of the JSON API (`OpenAPI` 3.1), made of the tables of addresses
//! and parameters that answer it.

use serde_json::{Value, json};

use super::routes::{Face, MCP, ROUTES, Route, Takes};
use crate::output::hits::json::VERSION;
use crate::search::parameters::{Parameter, ParameterKind};

/// The description.
pub(super) fn description() -> Value {
    let mut paths = serde_json::Map::new();
    // Agents speak a protocol of their own.
    let described = |route: &&Route| route.face == Face::Api && route.path != MCP;
    for route in ROUTES.iter().filter(described) {
        let (path, rest) = match route.path.strip_suffix('/') {
            Some(path) => (format!("{path}/{{name}}"), true),
            None => (route.path.to_owned(), false),
        };
        paths.insert(path, operation(route, rest));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "cybersearch",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!(
                "Parameters have the names of the command line's options, and documents are \
                 those of the command line, version {VERSION}. Their schemas are at \
                 /api/v1/schema/NAME."
            ),
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "error": error_schema() },
        },
        "security": [{ "token": [] }],
    })
}

fn operation(route: &Route, has_rest: bool) -> Value {
    let mut parameters: Vec<Value> = route
        .tables
        .iter()
        .copied()
        .flatten()
        .filter(|parameter| parameter.is_offered())
        .map(parameter)
        .collect();
    if has_rest {
        parameters.push(json!({
            "name": "name",
            "in": "path",
            "required": true,
            "schema": { "type": "string" },
        }));
    }
    let mut operation = json!({
        "summary": route.about,
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer" },
            "default": {
                "description": "What is wrong, and what helps",
                "content": {
                    "application/json": { "schema": { "$ref": "#/components/schemas/error" } },
                },
            },
        },
    });
    let Takes::Posted { kinds, .. } = route.takes else {
        return json!({ "get": operation });
    };
    let content = kinds.split(", ").map(|kind| (kind.to_owned(), json!({})));
    let content: serde_json::Map<String, Value> = content.collect();
    operation["requestBody"] = json!({ "required": true, "content": content });
    json!({ "post": operation })
}

fn parameter(parameter: &Parameter) -> Value {
    let one = match parameter.kind {
        ParameterKind::Text => json!({ "type": "string" }),
        ParameterKind::Flag => json!({ "type": "boolean", "default": false }),
        ParameterKind::Number {
            default,
            least,
            most,
        } => json!({ "type": "integer", "default": default, "minimum": least, "maximum": most }),
        ParameterKind::Choice(names) => {
            let names = names();
            json!({ "type": "string", "default": names.first(), "enum": names })
        }
        ParameterKind::Choices(names) => {
            json!({ "type": "array", "items": { "type": "string", "enum": names() } })
        }
    };
    let mut described = json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "schema": one,
    });
    if parameter.repeats {
        described["schema"] = json!({ "type": "array", "items": { "type": "string" } });
        described["explode"] = true.into();
    } else if matches!(parameter.kind, ParameterKind::Choices(_)) {
        // With commas between.
        described["explode"] = false.into();
    }
    described
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["version", "error"],
        "properties": {
            "version": { "const": VERSION },
            "error": {
                "type": "object",
                "required": ["kind", "what", "help"],
                "properties": {
                    "kind": { "type": "string" },
                    "what": { "type": "string" },
                    "help": { "type": ["string", "null"] },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parameters::{MATCH, SHOWN};

    #[test]
    fn every_address_and_parameter_is_described() {
        let described = description();
        let search = &described["paths"]["/api/v1/search"]["get"]["parameters"];
        let names: Vec<&str> = search
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        for parameter in MATCH.iter().chain(&SHOWN) {
            let is_described = names.contains(&parameter.name);
            assert_eq!(is_described, parameter.is_offered(), "{}", parameter.name);
        }
        assert!(described["paths"]["/api/v1/schema/{name}"]["get"].is_object());
        let posted = &described["paths"]["/api/v1/extract"]["post"]["requestBody"]["content"];
        assert!(posted["text/plain"].is_object() && posted["application/json"].is_object());
        assert_eq!(described["paths"].as_object().unwrap().len(), 9);
    }
}
