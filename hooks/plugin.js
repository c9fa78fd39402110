// The plugin of agent-tracker for @DISPLAY@: written by 'agent-tracker hosts install', removed by 'agent-tracker hosts
// uninstall'. It tells commits the session they were made in, asks the model to grade its own commits, and says at the
// start of a session where the agent stands, as far as the host lets it.
//
// A hook that throws fails the user's tool, so none does: each is wrapped, and each program that it starts has a limit.
import { spawn } from "node:child_process"

const SCRIPT = @SCRIPT@
const HOST = "@HOST@"
const PATIENCE = 5000
const LONGEST = 1 << 20

// Run our script with what it is told, and return the object that it answers, or null. What it has started may go on for
// longer than it may take; nobody waits for that.
function ask(event, words, folder) {
  return new Promise((resolve) => {
    let printed = ""
    const child = spawn("sh", [SCRIPT, HOST, event], { cwd: folder, stdio: ["pipe", "pipe", "ignore"], detached: true })
    const end = (answer) => {
      clearTimeout(limit)
      child.stdout?.destroy()
      resolve(answer)
    }
    const stop = () => {
      try {
        process.kill(-child.pid, "SIGKILL")
      } catch {
        // it has ended
      }
      end(null)
    }
    const limit = setTimeout(stop, PATIENCE)
    child.on("error", () => end(null))
    child.stdin.on("error", () => {})
    child.stdout.on("data", (piece) => {
      printed += piece
      if (printed.length > LONGEST) stop()
    })
    child.on("close", () => {
      try {
        end(JSON.parse(printed))
      } catch {
        end(null)
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
// What a plugin does for the sessions of one folder.
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
