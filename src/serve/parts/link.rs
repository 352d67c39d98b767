//! Addresses of our own pages, with their parameters.

use std::fmt::Write as _;

use crate::search::parameters::Values;

/// An address under construction.
#[derive(Debug, Clone)]
pub(in crate::serve) struct Link {
    path: String,
    pairs: Vec<(String, String)>,
    fragment: &'static str,
}

impl Link {
    /// One without parameters; of no path, at the page itself.
    pub(in crate::serve) fn to(path: &str) -> Link {
        Link {
            path: path.to_owned(),
            pairs: Vec::new(),
            fragment: "",
        }
    }

    /// The same request at `path`, from its beginning.
    pub(in crate::serve) fn again(path: &str, values: &Values) -> Link {
        let pairs = values.pairs().filter(|(name, _)| *name != "offset");
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Link {
            pairs: pairs.collect(),
            ..Link::to(path)
        }
    }

    /// With another value of a parameter that may have several.
    pub(in crate::serve) fn and(mut self, name: &str, value: impl Into<String>) -> Link {
        let pair = (name.to_owned(), value.into());
        if !self.pairs.contains(&pair) {
            self.pairs.push(pair);
        }
        self
    }

    /// With this value of a parameter and no other.
    pub(in crate::serve) fn with(self, name: &str, value: impl Into<String>) -> Link {
        self.without(name).and(name, value)
    }

    /// Without a parameter.
    pub(in crate::serve) fn without(mut self, name: &str) -> Link {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    /// Without one value of a parameter.
    pub(in crate::serve) fn less(mut self, name: &str, value: &str) -> Link {
        let at = |(known, given): &(String, String)| known == name && given == value;
        if let Some(at) = self.pairs.iter().position(at) {
            self.pairs.remove(at);
        }
        self
    }

    /// Leads to this part of the page.
    pub(in crate::serve) fn at(mut self, fragment: &'static str) -> Link {
        self.fragment = fragment;
        self
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs);
        let query = query.finish();
        f.write_str(&self.path)?;
        // Nothing at all would be the page with its own parameters.
        if !query.is_empty() || self.path.is_empty() {
            f.write_char('?')?;
            f.write_str(&query)?;
        }
        if !self.fragment.is_empty() {
            write!(f, "#{}", self.fragment)?;
        }
        Ok(())
    }
}

impl maud::Render for Link {
    fn render_to(&self, buffer: &mut String) {
        self.to_string().render_to(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_itself_without_parameters_is_an_address() {
        assert_eq!(Link::to("").to_string(), "?");
        assert_eq!(Link::to("").with("q", "a").to_string(), "?q=a");
    }

    #[test]
    fn every_byte_of_a_value_survives() {
        let link = Link::to("/article")
            .with("id", "../a b%2f&x=1#y?é\u{0}")
            .and("country", "RU")
            .and("country", "RU")
            .and("country", "US")
            .less("country", "RU")
            .at("b");
        let text = link.to_string();
        assert_eq!(
            text,
            "/article?id=..%2Fa+b%252f%26x%3D1%23y%3F%C3%A9%00&country=US#b"
        );
        let query = text.split(['?', '#']).nth(1).unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(pairs[0].1, "../a b%2f&x=1#y?é\u{0}");
    }
}
