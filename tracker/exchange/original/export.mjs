// Prints the rows of a database of opencode-agent-tracker, one JSON object on each line: {"db", "key", "value"}.
//
//   npm install --no-save lmdb@3
//   node export.mjs FILE > rows.jsonl
//
// The database is copied first: the library writes a lock file beside every file that it opens, also for reading. The
// file is checked before it is opened, because the library ends the whole process at a file that it cannot use.
import {
  closeSync, copyFileSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const KINDS = ['agents', 'commits', 'communication', 'retrospectives', 'activities', 'migrations', 'projects']
const MAGIC = 0xbeefc0de
const HEAD = 24 // bytes of a page before its content, in the library's build of LMDB
const LAST_PAGE = HEAD + 120
const NUMBER = HEAD + 128 // of the transaction that wrote a page of this kind
const LEAST = HEAD + 136
const LARGEST_PAGE = 65536

class Failure extends Error {}

function library() {
  try {
    return createRequire(join(process.cwd(), 'here.js'))('lmdb') // installed where the command is run
  } catch (error) {
    throw new Failure(`the library lmdb cannot be loaded (${error.code ?? error.message}): ` +
      "run 'npm install --no-save lmdb@3' in this folder first")
  }
}

// Returns the beginning of a file, enough for two pages, and its size in bytes.
function beginning(name) {
  if (!statSync(name).isFile()) throw new Failure(`${name} is no file`)
  const descriptor = openSync(name, 'r')
  try {
    const first = Buffer.alloc(2 * LARGEST_PAGE)
    return { first: first.subarray(0, readSync(descriptor, first)), size: fstatSync(descriptor).size }
  } finally {
    closeSync(descriptor)
  }
}

// Throws a Failure unless a file is a whole database of the library.
function check(name) {
  const { first, size } = beginning(name)
  if (first.length < LEAST || first.readUInt32LE(HEAD) !== MAGIC) {
    throw new Failure(`${name} is no database of opencode-agent-tracker: name its agent-tracker.lmdb`)
  }
  const page = first.readUInt32LE(HEAD + 24) // the size of one
  const isSize = page >= LEAST && page <= LARGEST_PAGE && (page & (page - 1)) === 0
  if (!isSize || first.length < 2 * page || first.readUInt32LE(page + HEAD) !== MAGIC) {
    throw new Failure(`${name} is damaged or cut short: name another copy of it`)
  }
  const newest = first.readBigUInt64LE(page + NUMBER) > first.readBigUInt64LE(NUMBER) ? page : 0
  if (BigInt(size) < (first.readBigUInt64LE(newest + LAST_PAGE) + 1n) * BigInt(page)) {
    throw new Failure(`${name} is cut short: name another copy of it`)
  }
}

function write(text) {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error // a pipe that is full for a moment
    }
  }
}

// Prints the rows with these keys, and returns how many cannot be read.
function print(database, name, keys) {
  let unreadable = 0
  for (const key of keys) {
    let line
    try {
      line = JSON.stringify({ db: name, key, value: database.get(key) })
    } catch {
      unreadable += 1
      continue
    }
    write(line + '\n')
  }
  return unreadable
}

const texts = (database) => [...database.getKeys()].filter((key) => typeof key === 'string')

// Prints all rows: those of the named databases, and those beside them that the older layout has left.
async function printAll(open, path) {
  const root = open({ path, readOnly: true, compression: true, maxDbs: 12 })
  const keys = texts(root)
  let unreadable = 0
  for (const name of KINDS.filter((kind) => keys.includes(kind))) {
    const database = root.openDB(name, { sharedStructuresKey: Symbol.for('structures:' + name) })
    unreadable += print(database, name, texts(database))
  }
  unreadable += print(root, '', keys.filter((key) => !KINDS.includes(key)))
  await root.close()
  return unreadable
}

async function main(names) {
  if (names.length !== 1) {
    process.stderr.write('Usage: node export.mjs FILE > rows.jsonl\n')
    return 2
  }
  check(names[0])
  const { open } = library()
  const folder = mkdtempSync(join(tmpdir(), 'rows-'))
  try {
    const copy = join(folder, 'copy.lmdb')
    copyFileSync(names[0], copy)
    const unreadable = await printAll(open, copy)
    if (unreadable > 0) throw new Failure(`rows that cannot be read, and are not printed: ${unreadable}`)
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const before = error instanceof Failure ? '' : 'the rows cannot be printed: '
  if (error.code !== 'EPIPE') process.stderr.write(`${before}${error.message}.\n`)
  process.exitCode = 1
}
