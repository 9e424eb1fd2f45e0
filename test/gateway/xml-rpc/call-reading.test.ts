import { describe, expect, it } from 'vitest'
import { readCall } from '../../../src/gateway/xml-rpc/call-reading.js'

const call = (params: string) =>
  `<?xml version="1.0"?>\n<methodCall>\n<methodName>echo</methodName>\n<params>${params}</params>\n</methodCall>`
const read = (value: string) => readCall(call(`<param><value>${value}</value></param>`)).params[0]

describe('readCall()', () => {
  it.for([
    ['<int>42</int>', 42],
    ['<i4>-2147483648</i4>', -2147483648],
    ['<i8>9007199254740991</i8>', 9007199254740991],
    ['<i8>9223372036854775807</i8>', 9223372036854775807n],
    ['<ex:i8>5</ex:i8>', 5],
    ['<boolean>1</boolean>', true],
    ['<boolean>0</boolean>', false],
    ['<double>-12.214</double>', -12.214],
    ['<double> 1e3 </double>', 1000],
    ['<string></string>', ''],
    ['<string>a &lt; b &amp; &#x20AC;<![CDATA[<c>]]></string>', 'a < b & €<c>'],
    ['  text without a type ', '  text without a type '],
    ['', ''],
    ['<nil/>', null],
    ['<ex:nil/>', null],
    ['<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>', new Date('1998-07-17T14:08:55Z')],
    ['<dateTime.iso8601>1998-07-17T14:08:55.250Z</dateTime.iso8601>', new Date('1998-07-17T14:08:55.250Z')],
    ['<dateTime.iso8601>19980717T140855+0200</dateTime.iso8601>', new Date('1998-07-17T12:08:55Z')],
    ['<base64>AQL/\n</base64>', new Uint8Array([1, 2, 255])],
    ['<array><data><value><int>1</int></value><value>x</value></data></array>', [1, 'x']],
    ['<array> <data/> </array>', []],
    ['<struct><member><name>a.b</name><value><int>1</int></value></member></struct>', { 'a.b': 1 }],
  ] as const)('%s is read', ([xml, value]) => {
    expect(read(xml)).toEqual(value)
  })

  it('a member named __proto__ is data', () => {
    const value = read('<struct><member><name>__proto__</name><value><int>1</int></value></member></struct>') as object
    expect([Object.getPrototypeOf(value), Object.entries(value)]).toEqual([Object.prototype, [['__proto__', 1]]])
  })

  it('params may be left out; comments, processing instructions and a byte order mark do not matter', () => {
    const text = '\ufeff<?xml version="1.0" encoding="utf-8"?><!-- c --><methodCall><?p i?><methodName> a </methodName></methodCall>'
    expect(readCall(text)).toEqual({ method: 'a', params: [] })
  })

  it.for([
    ['a document type', '<!DOCTYPE methodCall [<!ENTITY a "b">]><methodCall><methodName>a</methodName></methodCall>'],
    ['an entity', '<methodCall><methodName>&a;</methodName></methodCall>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><methodCall><methodName>a</methodName></methodCall>'],
    ['no end', '<methodCall><methodName>a</methodName>'],
    ['nothing', ''],
    ['text alone', 'hello'],
    ['two roots', '<methodCall><methodName>a</methodName></methodCall><a/>'],
    ['another root', '<methodResponse><params/></methodResponse>'],
    ['no name', '<methodCall><params/></methodCall>'],
    ['an empty name', '<methodCall><methodName> </methodName></methodCall>'],
    ['more than a call', '<methodCall><methodName>a</methodName><params/><params/></methodCall>'],
    ['depth', `<methodCall><methodName>a</methodName>${'<a>'.repeat(300)}${'</a>'.repeat(300)}</methodCall>`],
    ['a param without a value', call('<param/>')],
    ['a param with two', call('<param><value/><value/></param>')],
    ['something else than a param', call('<value/>')],
    ...[
      '<int>4.5</int>',
      '<int>2147483648</int>',
      '<int/>',
      '<i8>9223372036854775808</i8>',
      '<boolean>true</boolean>',
      '<double>nan</double>',
      '<double>1e999</double>',
      '<dateTime.iso8601>yesterday</dateTime.iso8601>',
      '<dateTime.iso8601>19980231T14:08:55</dateTime.iso8601>',
      '<base64>*</base64>',
      '<float>1</float>',
      '<int><int>1</int></int>',
      'text <int>1</int>',
      '<int>1</int><int>2</int>',
      '<array><value/></array>',
      '<array><data><int>1</int></data></array>',
      '<struct><member><name>a</name></member></struct>',
      '<struct><value/></struct>',
    ].map((xml) => [xml, call(`<param><value>${xml}</value></param>`)] as const),
  ] as const)('refuses %s', ([, text]) => {
    expect(() => readCall(text)).toThrow(expect.objectContaining({ code: 'ERR_REQUEST_DECODING', origin: 'troupe.xmlrpc' }))
  })
})
