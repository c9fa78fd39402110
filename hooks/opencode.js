// The plugin of agent-tracker for OpenCode: written by 'agent-tracker hosts install', removed by 'agent-tracker hosts
// uninstall'. It tells commits the session they were made in, asks the model to grade its own commits, and says at the
// start of a session where the agent stands.
//
// A hook that throws fails the user's tool, so none does: each is wrapped, and each program that it starts has a limit.
import { spawn } from "node:child_process"

const SCRIPT = @SCRIPT@
const PATIENCE = 5000
const LONGEST = 1 << 20

// Run our script with what it is told, and return the object that it answers, or null.
function ask(event, words, folder) {
  return new Promise((resolve) => {
    let printed = ""
    const child = spawn("sh", [SCRIPT, "opencode", event], {
      cwd: folder,
      stdio: ["pipe", "pipe", "ignore"],
      timeout: PATIENCE,
      killSignal: "SIGKILL",
    })
    child.on("error", () => resolve(null))
    child.stdin.on("error", () => {})
    child.stdout.on("data", (piece) => {
      if (printed.length < LONGEST) printed += piece
    })
    child.on("close", () => {
      try {
        resolve(JSON.parse(printed))
      } catch {
        resolve(null)
      }
    })
    child.stdin.end(JSON.stringify(words) + "\n")
  })
}

// Wrap a hook so that it never throws.
function quietly(hook) {
  return async (...given) => {
    try {
      return await hook(...given)
    } catch {
      return undefined
    }
  }
}

const text = (answer) => (typeof answer?.additionalContext === "string" ? answer.additionalContext : "")
const isShell = (tool) => tool === "bash" || tool === "shell"

// What both forms of the plugin do, for the sessions of one folder.
function sessions(folder) {
  const models = new Map()
  const versions = new Map()
  const greetings = new Map()
  return {
    heard(session, model) {
      if (session && model) models.set(session, model)
    },
    begun(session, version) {
      if (session && version) versions.set(session, version)
    },
    before: (session, call) => ask("before-tool", { session_id: session, tool_use_id: call, cwd: folder }, folder),
    async after(session, call, printed) {
      const words = { session_id: session, tool_use_id: call, cwd: folder, output: printed }
      words.model = models.get(session)
      words.version = versions.get(session)
      return text(await ask("after-tool", words, folder))
    },
    greeting(session) {
      if (!greetings.has(session)) {
        greetings.set(session, ask("session-start", { session_id: session, cwd: folder }, folder).then(text))
      }
      return greetings.get(session)
    },
  }
}

const begun = new Set()

// OpenCode 1: an object of hooks. Versions that know both forms below would begin it twice.
async function server({ directory }) {
  if (begun.has(directory)) return {}
  begun.add(directory)
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
  if (begun.has(folder)) return
  begun.add(folder)
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
