// Prints the rows of a database of opencode-agent-tracker, one JSON object on each line: {"db", "key", "value"}.
//
//   npm install --no-save lmdb@3
//   node export.mjs FILE > rows.jsonl
//
// The database is copied first: the library writes a lock file beside every file that it opens, also for reading.
import { copyFileSync, mkdtempSync, rmSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { open } = createRequire(join(process.cwd(), 'here.js'))('lmdb') // installed where the command is run

const KINDS = ['agents', 'commits', 'communication', 'retrospectives', 'activities', 'migrations', 'projects']

function print(database, name) {
  for (const { key, value } of database.getRange()) {
    if (typeof key === 'string' && !(name === '' && KINDS.includes(key))) {
      writeSync(1, JSON.stringify({ db: name, key, value }) + '\n')
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rows-'))
try {
  const copy = join(folder, 'copy.lmdb')
  copyFileSync(process.argv[2], copy)
  const root = open({ path: copy, readOnly: true, compression: true, maxDbs: 12 })
  const keys = new Set(root.getKeys())
  const names = KINDS.filter((name) => keys.has(name))
  for (const name of names) {
    print(root.openDB(name, { sharedStructuresKey: Symbol.for('structures:' + name) }), name)
  }
  if (names.length === 0) print(root, '')
  await root.close()
} finally {
  rmSync(folder, { recursive: true })
}
