const isShell = (tool) => tool === "bash" || tool === "shell"

// True if the plugin has begun already for what it is given, or a moment ago in the other one of the two forms below:
// versions that know both begin it twice. A folder that is opened again begins anew.
const begun = new WeakSet()
const forms = new Map()
function isBegun(form, owner, folder) {
  const before = forms.get(folder)
  if (begun.has(owner) || (before && before.form !== form && Date.now() - before.time < 5000)) return true
  begun.add(owner)
  forms.set(folder, { form, time: Date.now() })
  return false
}

// OpenCode 1: an object of hooks.
async function server(given) {
  const { directory } = given
  if (isBegun("server", given.client ?? given, directory)) return {}
  const own = sessions(directory)
  return {
    "shell.env": quietly(async (input, output) => {
      if (input.sessionID) output.env.OPENCODE_SESSION_ID = input.sessionID
    }),
    event: quietly(async ({ event }) => {
      if (event?.type?.startsWith("session.")) own.begun(event.properties?.info?.id, event.properties?.info?.version)
    }),
    "chat.message": quietly(async (input, output) => {
      own.heard(input.sessionID, output?.message?.model?.modelID)
    }),
    "experimental.chat.system.transform": quietly(async (input, output) => {
      const greeting = input.sessionID ? await own.greeting(input.sessionID) : ""
      if (greeting) output.system.push(greeting)
    }),
    "tool.execute.before": quietly(async (input) => {
      if (isShell(input.tool)) await own.before(input.sessionID, input.callID)
    }),
    "tool.execute.after": quietly(async (input, output) => {
      if (!isShell(input.tool)) return
      const request = await own.after(input.sessionID, input.callID, output.output)
      if (request) output.output += `\n\n${request}`
    }),
  }
}

// OpenCode 2: hooks are added to a context. Where one has another form than its documents say, the others still work.
function setup(context) {
  const folder = context?.directory ?? process.cwd()
  if (isBegun("setup", context?.client ?? context ?? {}, folder)) return
  const own = sessions(folder)
  const add = (where, ...given) => {
    try {
      where()?.(...given)
    } catch {
      // this version has no such hook
    }
  }
  add(
    () => context.tool.hook.bind(context.tool),
    "execute.before",
    quietly(async (input) => {
      if (isShell(input?.tool)) await own.before(input.sessionID, input.callID)
    }),
  )
  add(
    () => context.tool.hook.bind(context.tool),
    "execute.after",
    quietly(async (input, output) => {
      if (!isShell(input?.tool) || typeof output?.output !== "string") return
      const request = await own.after(input.sessionID, input.callID, output.output)
      if (request) output.output += `\n\n${request}`
    }),
  )
  add(
    () => context.session.hook.bind(context.session),
    "context",
    quietly(async (input, output) => {
      const greeting = input?.sessionID ? await own.greeting(input.sessionID) : ""
      if (greeting) output?.system?.push?.(greeting)
    }),
  )
}

export const AgentTracker = server
export default { id: "agent-tracker", server, setup }
