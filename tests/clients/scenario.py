# One scenario with the official Python SDK: list, search, page on, read around a
# passage, count, extract, a bad argument, a resource. Prints what a test compares.
import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main():
    server = StdioServerParameters(command=sys.argv[1], args=["mcp"], cwd=sys.argv[2])
    async with stdio_client(server) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            print("tools", len(tools))

            async def call(tool, /, **arguments):
                result = await session.call_tool(tool, arguments)
                data = result.model_dump(by_alias=True)
                return data.get("isError"), data.get("structuredContent"), data["content"][0]["text"]

            _, found, _ = await call("search", query="cyber", limit=2)
            print("search", found["total"], len(found["hits"]), found["next_offset"])
            _, more, _ = await call("search", query="cyber", limit=2, offset=found["next_offset"])
            print("page", more["hits"][0]["rank"])
            hit = found["hits"][0]
            passage = hit["passages"][0]
            _, article, text = await call("read_article", id=hit["id"], around=passage["start"], max_chars=2000)
            print("read", passage["text"] in article["text"], article["truncated"], text.startswith("Bytes"))
            _, counts, _ = await call("count", by="country", query="cyber")
            print("count", counts["total"], counts["values"][0]["value"])
            _, named, _ = await call("find_people", name="obama")
            print("people", named["people"][0]["name"])
            _, fields, _ = await call("extract", text="Angela Merkel met Xi Jinping in Berlin on 14 May 2013.")
            print("extract", sorted(person["name"] for person in fields["people"]))
            failed, _, text = await call("search", querry="cyber")
            print("bad", failed, json.dumps(text))
            _, status, _ = await call("status")
            print("status", status["articles"])
            help_text = await session.read_resource("cybersearch://help")
            print("help", help_text.contents[0].text.startswith("# Query language"))


asyncio.run(main())
