/** A database as services: one that makes cursors, and the cursors, each with a name and a URL of its own. */
import initSqlJs from 'sql.js'
import { contract, isFailure, method, type Remote, service } from 'troupe'
import { z } from 'zod'

const MOST_ROWS = 10_000
const MOST_CURSORS = 100
const DEFAULT_IDLE_MS = 60_000

const value = z.union([z.string(), z.number(), z.null(), z.instanceof(Uint8Array)])
const row = z.array(value)
type Row = z.infer<typeof row>
const sql = z.string().meta({ title: 'sql' })
const count = z.int().min(1).max(MOST_ROWS).meta({ title: 'count' })
/** What the database itself says is wrong; the statement comes with it. */
const errors = { SqlError: z.object({ sql: z.string() }) }

const EngineApi = contract('engine', {
  methods: { run: method([sql, z.array(row)], z.object({ columns: z.array(z.string()), rows: z.array(row), count: z.int() })) },
  errors,
})

/** Whom cursors ask: it alone holds the database. It is in no group, so that nothing outside finds it. */
const EngineService = service(import.meta, EngineApi, { audience: '' }, async (self) => {
  const { Database } = await initSqlJs()
  const database = new Database()
  self.onStop(() => database.close())
  return {
    /** Once for each row of parameters; a failure undoes all of it. */
    run(sql, parameters) {
      database.run('SAVEPOINT call')
      try {
        const ran = parameters.map((values) => runOnce(sql, values))
        database.run('RELEASE call')
        const last = ran.at(-1)
        const total = ran.reduce((sum, { count }) => sum + count, 0)
        return { columns: last?.columns ?? [], rows: last?.rows ?? [], count: total }
      } catch (error) {
        undo()
        throw self.failure('SqlError', { sql }, (error as Error).message)
      }
    },
  }

  function undo(): void {
    try {
      database.run('ROLLBACK TO call')
      database.run('RELEASE call')
    } catch {
      // The statement was a COMMIT or ROLLBACK: it has ended the savepoint itself.
    }
  }

  function runOnce(sql: string, values: Readonly<Row>) {
    const statement = database.prepare(sql)
    try {
      statement.bind([...values])
      const rows: Row[] = []
      while (statement.step())
        if (rows.push(statement.get() as Row) > MOST_ROWS) throw new Error(`there are more than ${MOST_ROWS} rows; give a LIMIT`)
      const columns = statement.getColumnNames()
      return { columns, rows, count: columns.length > 0 ? rows.length : database.getRowsModified() }
    } finally {
      statement.free()
    }
  }
})

const CursorApi = contract('cursor', {
  methods: {
    /** Both answer with `rowcount`. */
    execute: method([sql, row.optional()], z.int()),
    executemany: method([sql, z.array(row).max(MOST_ROWS)], z.int()),
    /** Names of columns; null after what gives no rows. */
    description: method([], z.array(z.string()).nullable()),
    rowcount: method([], z.int()),
    fetchone: method([], row.nullable()),
    fetchmany: method([count.optional()], z.array(row)),
    fetchall: method([], z.array(row)),
    /** How many rows `fetchmany` gives that is not told; sets it when it is given one. */
    arraysize: method([count.optional()], z.int()),
    close: method(),
  },
  errors,
})

/** Its methods are turns of one mailbox: requests to one cursor are answered in order, each after the one before. */
const CursorService = service(
  import.meta,
  CursorApi,
  { groups: ['web-services'] },
  (self, init: { engine: Remote<typeof EngineApi>; idleMs: number }) => {
    self.idleStop(init.idleMs)
    let columns: readonly string[] = []
    let rows: Row[] = []
    let rowcount = -1
    let arraysize = 1
    const run = async (sql: string, parameters: Row[]): Promise<number> => {
      columns = rows = []
      rowcount = -1
      const result = await init.engine.run(sql, parameters).catch((error: unknown) => {
        // A failure of another contract is none of this one until somebody says so.
        throw isFailure(error, EngineApi, 'SqlError') ? self.failure('SqlError', error.data, error.details) : error
      })
      columns = result.columns
      rows = result.rows
      rowcount = result.count
      return rowcount
    }
    return {
      execute: (sql, parameters = []) => run(sql, [parameters]),
      executemany: run,
      description: () => (columns.length === 0 ? null : [...columns]),
      rowcount: () => rowcount,
      fetchone: () => rows.shift() ?? null,
      fetchmany: (count = arraysize) => rows.splice(0, count),
      fetchall: () => rows.splice(0),
      arraysize: (count = arraysize) => {
        arraysize = count
        return arraysize
      },
      close: () => self.stop(),
    }
  },
)

const DatabaseApi = contract('database', {
  methods: {
    /** Makes a cursor that goes when it was not asked anything for `idleMs`; answers with the name of its service. */
    cursor: method([z.int().min(1).max(3_600_000).optional().meta({ title: 'idleMs' })], z.string()),
  },
  errors: { Refused: z.undefined() },
})

export const DatabaseService = service(import.meta, DatabaseApi, { groups: ['web-services'] }, async (self) => {
  const engine = await self.spawn(EngineService)
  let made = 0
  let open = 0
  return {
    async cursor(idleMs = DEFAULT_IDLE_MS) {
      if (open >= MOST_CURSORS) throw self.failure('Refused', undefined, `there are ${MOST_CURSORS} cursors; close one`)
      const cursor = await self.spawn(CursorService, { name: `${self.name}/${++made}`, init: { engine, idleMs } })
      open++
      self.watch(cursor, () => void open--)
      return cursor.$.binding.name
    },
  }
})
