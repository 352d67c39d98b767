// The same scenario with the official TypeScript SDK.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, cwd] = process.argv.slice(2);
const client = new Client({ name: "scenario", version: "1" });
await client.connect(new StdioClientTransport({ command, args: ["mcp"], cwd }));
const print = (...values) => console.log(values.join(" "));
const call = async (name, args) => {
  const result = await client.callTool({ name, arguments: args });
  return { failed: result.isError, data: result.structuredContent, text: result.content[0].text };
};
print("tools", (await client.listTools()).tools.length);
const found = (await call("search", { query: "cyber", limit: 2 })).data;
print("search", found.total, found.hits.length, found.next_offset);
const more = (await call("search", { query: "cyber", limit: 2, offset: found.next_offset })).data;
print("page", more.hits[0].rank);
const [hit] = found.hits;
const [passage] = hit.passages;
const article = await call("read_article", { id: hit.id, around: passage.start, max_chars: 2000 });
const title = (flag) => (flag ? "True" : "False");
print("read", title(article.data.text.includes(passage.text)), title(article.data.truncated), title(article.text.startsWith("Bytes")));
const counts = (await call("count", { by: "country", query: "cyber" })).data;
print("count", counts.total, counts.values[0].value);
print("people", (await call("find_people", { name: "obama" })).data.people[0].name);
const fields = (await call("extract", { text: "Angela Merkel met Xi Jinping in Berlin on 14 May 2013." })).data;
const names = fields.people.map((person) => `'${person.name}'`).sort();
print("extract", `[${names.join(", ")}]`);
const bad = await call("search", { querry: "cyber" });
print("bad", title(bad.failed), JSON.stringify(bad.text));
print("status", (await call("status", {})).data.articles);
const help = await client.readResource({ uri: "cybersearch://help" });
print("help", title(help.contents[0].text.startsWith("# Query language")));
await client.close();
