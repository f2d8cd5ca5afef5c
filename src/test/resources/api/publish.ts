// Publishes with a client of which only the types are generated, and prints what came of it, a line each.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };
const [hub, token] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: hub, headers: { Authorization: `Bearer ${token}` } });

const update = { params: { query: { topic: ["typed/1"], event: "made", key: "typed-1", end: false } }, body: { by: "types" } };
for (let time = 0; time < 2; time++) {
  const { data, error, response } = await client.POST("/update", update);
  if (error || !("id" in data)) {
    throw new Error(error?.detail ?? "not one update");
  }
  const receipt: components["schemas"]["Receipt"] = data;
  console.log("receipt", receipt.id, receipt.duplicate === true, response.headers.get("X-Request-Id") !== null);
}

const text = await client.POST("/update", {
  params: { query: { topic: ["typed/2"] }, header: { "Idempotency-Key": "typed-2" } },
  headers: { "Content-Type": "text/plain" },
  body: "just text",
  bodySerializer: String,
});
console.log("text", text.data !== undefined);

const refused = await client.POST("/update", { params: { query: { topic: ["elsewhere/1"] } }, body: 1 });
console.log("problem", refused.error?.status, refused.error?.detail.includes("elsewhere/1"));

const health = await client.GET("/health/ready", { params: { query: { exclude: ["memory"] } } });
console.log("health", health.data?.status);
