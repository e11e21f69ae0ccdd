// answers.mjs DOCUMENT: reads exchanges from standard input, a JSON object a line, and holds each answer
// against the document with Ajv (JSON Schema 2020-12, strict). Every object is closed: a member that the
// document does not tell of is a complaint. Prints one JSON object.
import fs from 'node:fs'
import readline from 'node:readline'
import addFormats from 'ajv-formats'
import Ajv2020 from 'ajv/dist/2020.js'

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

/// References lead into $defs, and objects with members have no others.
function closed(part) {
  if (Array.isArray(part)) return part.map(closed)
  if (part === null || typeof part !== 'object') return part
  const out = {}
  for (const [name, value] of Object.entries(part))
    out[name] = name === '$ref' ? value.replace('#/components/schemas/', 'api#/$defs/') : closed(value)
  if (out.type === 'object' && out.properties) {
    delete out.additionalProperties
    out.unevaluatedProperties = false
  }
  return out
}

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
addFormats(ajv)
ajv.addSchema({ $id: 'api', $defs: closed(document.components.schemas) })

const operations = []
for (const [path, ways] of Object.entries(document.paths))
  for (const [method, way] of Object.entries(ways)) {
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]*\}/g, '[^/]+')
    operations.push({ method: method.toUpperCase(), way, path, pattern: new RegExp(`(^|/)${pattern.slice(1)}$`) })
  }
// What is spelt out goes before what takes any value.
operations.sort((one, other) => one.path.split('{').length - other.path.split('{').length)

const checks = new Map()
function checkOf(operation, status) {
  const key = `${operation.way.operationId} ${status}`
  if (!checks.has(key)) {
    let answer = operation.way.responses[status] ?? operation.way.responses.default
    if (answer.$ref) answer = document.components.responses[answer.$ref.split('/').pop()]
    const schema = answer.content?.['application/json']?.schema
    checks.set(key, schema ? ajv.compile(closed(schema)) : null)
  }
  return checks.get(key)
}

const seen = {}, complaints = new Map()
const complain = what => complaints.set(what, (complaints.get(what) ?? 0) + 1)
let judged = 0
for await (const line of readline.createInterface({ input: process.stdin })) {
  const exchange = JSON.parse(line)
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method
  const operation = operations.find(each => each.method === method && each.pattern.test(exchange.path))
  if (!operation) continue // of another path: 404, 405
  const check = checkOf(operation, String(exchange.status))
  judged += 1
  seen[`${operation.way.operationId} ${exchange.status}`] ??= 0
  seen[`${operation.way.operationId} ${exchange.status}`] += 1
  if (!check || exchange.body === '') continue // nothing is told of it; or to HEAD
  let body
  try {
    body = JSON.parse(exchange.body)
  } catch {
    complain(`${operation.way.operationId} ${exchange.status}: the body is no JSON`)
    continue
  }
  if (check(body)) continue
  for (const error of check.errors) {
    complain(`${operation.way.operationId} ${exchange.status} ${error.instancePath.replace(/\d+/g, 'N')}: `
      + `${error.message} ${JSON.stringify(error.params)}`)
  }
}
console.log(JSON.stringify({ judged, seen, complaints: Object.fromEntries(complaints) }))
