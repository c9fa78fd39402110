// Calls every hook of the plugin as OpenCode does, with input that is missing and wrong too, and prints what came of it.
import plugin, { AgentTracker } from "./plugin.mjs"

const folder = process.argv[2]
const input = { sessionID: "ses_dddb041caffe7AdRJGvy4W2LEp", callID: "call_d85338bde0994848bc2440b6" }
const client = {}
const hooks = await AgentTracker({ client, directory: folder })
const again = await plugin.server({ client, directory: folder })
const reopened = await plugin.server({ client: {}, directory: folder })
const output = { title: "t", output: "done", metadata: {} }
const shell = { env: {} }
const system = { system: ["first"] }
const began = Date.now()
await hooks.event({ event: { type: "session.created", properties: { info: { id: input.sessionID, version: "1.18.33" } } } })
await hooks["chat.message"](input, { message: { model: { providerID: "p", modelID: "gpt-5.2" } } })
await hooks["shell.env"]({ cwd: folder, ...input }, shell)
await hooks["experimental.chat.system.transform"](input, system)
await hooks["experimental.chat.system.transform"](input, system)
await hooks["tool.execute.before"]({ tool: "bash", ...input }, { args: { command: "git commit" } })
await hooks["tool.execute.before"]({ tool: "read", ...input }, { args: {} })
await hooks["tool.execute.after"]({ tool: "bash", ...input, args: {} }, output)
await hooks["tool.execute.after"]({ tool: "read", ...input, args: {} }, output)
const wrong = [[], [null, null], [{}, {}], [{ tool: "bash" }, undefined], [7, "x"]]
for (const hook of Object.values(hooks)) for (const given of wrong) await hook(...given)
for (const context of [undefined, null, {}, { tool: {}, session: 7 }, { tool: { hook: () => { throw new Error("no") } } }]) {
  plugin.setup(context)
}
console.log(
  JSON.stringify({
    again: Object.keys(again).length,
    reopened: Object.keys(reopened).length === Object.keys(hooks).length,
    env: shell.env,
    id: plugin.id,
    output: output.output,
    seconds: (Date.now() - began) / 1000,
    system: system.system,
  }),
)
