
export const description = "Shows the agent where it stands in agent-tracker when a thread begins."

// Amp tells of its tools by a request that must be answered with a decision, which is the user's; so only the start of a
// thread is used, and git's hook sees the commits.
const greeted = new Set()

export default function (amp) {
  const own = sessions(process.cwd())
  amp.on(
    "agent.start",
    quietly(async (event) => {
      const session = event?.thread?.id
      if (!session || greeted.has(session)) return undefined
      greeted.add(session)
      const greeting = await own.greeting(session)
      return greeting ? { message: { content: greeting } } : undefined
    }),
  )
}
