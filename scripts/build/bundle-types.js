// Puts the declarations of the public index, and what they need of other modules, into one text. It reads what tsc has
// written with patterns, not with a compiler: tsc puts every top-level declaration at the start of a line and indents
// what is inside.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The text of a single declaration file for the index at `indexFile`. Throws if two declarations that it needs share a name.
 * `external` maps modules that stay imports to the specifiers that lead to them.
 */
export function bundleTypes(indexFile, external = {}) {
  const exports = readExports(indexFile)
  const { declarations, imports, clashes } = readModules(
    exports.map(({ from }) => join(dirname(indexFile), from)),
    external,
  )
  const needed = new Set()
  for (const { name } of exports) need(name)
  const texts = [...declarations].filter(([name]) => needed.has(name)).map(([, text]) => text)
  const listOf = (isType) =>
    exports
      .filter((entry) => entry.isType === isType)
      .map(({ name, alias }) => name + alias)
      .join(', ')
  const lists = [`export { ${listOf(false)} };`, `export type { ${listOf(true)} };`]
  const used = [...imports].filter(([name]) => texts.some((text) => mentions(text, name)))
  return [...new Set(used.map(([, statement]) => statement)), ...texts, ...lists, ''].join('\n')

  function need(name) {
    const text = declarations.get(name)
    if (text === undefined || needed.has(name)) return
    if (clashes.has(name)) throw new Error(`${name} is declared in two modules: rename one`)
    needed.add(name)
    const code = text.replaceAll(/\/\*\*.*?\*\//gsu, '')
    for (const [word] of code.matchAll(/[A-Za-z_$][\w$]*/gu)) need(word)
  }
}

/** What the index exports: `{ name, alias, isType, from }`; the alias is '' or ' as other'. */
function readExports(indexFile) {
  const statements = readFileSync(indexFile, 'utf8').matchAll(
    /^export (type )?\{([^}]*)\} from '([^']+)';$/gmu,
  )
  return [...statements].flatMap(([, allTypes, names, from]) =>
    names.split(',').map((text) => {
      const [, type, name, alias = ''] = /^\s*(type )?([\w$]+)( as [\w$]+)?\s*$/u.exec(text)
      return { name, alias, isType: (allTypes ?? type) !== undefined, from: typesOf(from) }
    }),
  )
}

/** All declarations by name, and the imports from Node by the names they bring, of these modules and those they import. */
function readModules(files, external) {
  const declarations = new Map()
  const imports = new Map()
  const clashes = new Set()
  const seen = new Set()
  const read = (file) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const statement of statementsOf(readFileSync(file, 'utf8'))) {
      const [, names, from] =
        /^import (?:type )?((?:[\w$]+(?:, )?)?(?:\{[^}]*\})?) from '([^']+)';/u.exec(statement) ?? []
      const inside = from?.startsWith('.') ? join(dirname(file), typesOf(from)) : undefined
      if (inside !== undefined && external[inside] === undefined) read(inside)
      else if (from !== undefined) {
        const moved = inside === undefined ? statement : statement.replace(from, external[inside])
        for (const [name] of names.matchAll(/[\w$]+/gu)) imports.set(name, moved)
      } else if (!statement.startsWith('export {}')) declare(file, statement)
    }
  }
  const declare = (file, statement) => {
    const name =
      /^(?:export )?(?:declare )?(?:abstract )?(?:class|const|function|interface|type) ([\w$]+)/mu.exec(
        statement,
      )?.[1]
    if (name === undefined) throw new Error(`${file}: what does this declare?\n${statement}`)
    const isPair = declarations.has(name) // a value and its type may share a name, in one module
    if (isPair && declarations.get(name).file !== file) clashes.add(name)
    const text = statement.replace(/^export /mu, '')
    declarations.set(name, { file, text: isPair ? `${declarations.get(name).text}\n${text}` : text })
  }
  for (const file of files) read(file)
  return {
    declarations: new Map([...declarations].map(([name, { text }]) => [name, text])),
    imports,
    clashes,
  }
}

/** The top-level statements of a declaration file, each with the comment before it. */
function statementsOf(text) {
  const pieces = text.trimEnd().split(/\n(?=(?:import|export|declare|type|interface) )/u)
  const comments = [
    '',
    ...pieces.map(
      (piece) => /\n\/\*\*(?:(?!\*\/)[^])*\*\/$|^\/\*\*(?:(?!\*\/)[^])*\*\/$/u.exec(piece)?.[0] ?? '',
    ),
  ]
  return pieces
    .map((piece, n) =>
      `${comments[n].trimStart()}\n${piece.slice(0, piece.length - comments[n + 1].length)}`.trim(),
    )
    .filter((statement) => statement !== '')
}

function mentions(text, name) {
  return new RegExp(String.raw`\b${name}\b`, 'u').test(text.replaceAll(/\/\*\*.*?\*\//gsu, ''))
}

function typesOf(specifier) {
  return specifier.replace(/\.js$/u, '.d.ts')
}
