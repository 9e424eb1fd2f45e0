import { ServiceBroker } from 'moleculer'

const [port, ...urls] = process.argv.slice(2)
const options = { port: Number(port), udpDiscovery: false, urls }
const broker = new ServiceBroker({ nodeID: 'there', logger: false, transporter: { type: 'TCP', options } })
broker.createService({
  name: 'echo',
  actions: { next: (/** @type {{ params: { value: number } }} */ context) => context.params.value + 1 },
})
await broker.start()
process.send?.('started')
process.on('disconnect', () => process.exit())
