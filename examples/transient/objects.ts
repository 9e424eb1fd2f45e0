/** Objects that are services, and an admin that makes them. */
import { contract, method, type Remote, service } from 'troupe'
import { z } from 'zod'

const MOST_OBJECTS = 100
const name = z
  .string()
  .regex(/^[a-z]{1,20}$/)
  .meta({ title: 'name' })

const ObjectApi = contract('object', {
  methods: {
    name: method([], z.string()),
    data: method([], z.string()),
    set: method([z.string().meta({ title: 'data' })]),
  },
})

const ObjectService = service(import.meta, ObjectApi, { groups: ['web-services'] }, (self, init: { name: string; idleMs: number }) => {
  self.idleStop(init.idleMs)
  let data = ''
  return {
    name: () => init.name,
    data: () => data,
    set(text) {
      data = text
    },
  }
})

const AdminApi = contract('admin', {
  methods: {
    /** Answers with the name of its service. */
    add: method([name, z.int().min(1).max(86_400_000).meta({ title: 'idleMs' })], z.string()),
    list: method([], z.array(z.string())),
    /** Whether there was one. */
    del: method([name], z.boolean()),
  },
  errors: { Refused: z.object({ name: z.string() }) },
})

export const AdminService = service(import.meta, AdminApi, { groups: ['web-services'] }, (self) => {
  const objects = new Map<string, Remote<typeof ObjectApi>>()
  return {
    async add(name, idleMs) {
      if (objects.has(name)) throw self.failure('Refused', { name }, 'there is an object of that name')
      if (objects.size >= MOST_OBJECTS) throw self.failure('Refused', { name }, `there are ${MOST_OBJECTS} objects already`)
      // A child: it ends with the admin at the latest.
      const object = await self.spawn(ObjectService, { name: `object/${name}`, init: { name, idleMs } })
      objects.set(name, object)
      self.watch(object, () => objects.get(name) === object && objects.delete(name))
      return object.$.binding.name
    },
    list: () => [...objects.keys()],
    async del(name) {
      const object = objects.get(name)
      await object?.$.stop()
      return objects.delete(name)
    },
  }
})
