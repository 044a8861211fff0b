/** Imported first by every entry: an old Node gets a sentence instead of a syntax error. */
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  process.stderr.write(`Tabwitness needs Node 20 or later to set itself up; this is ${process.version}.\n`)
  process.exit(70)
}
