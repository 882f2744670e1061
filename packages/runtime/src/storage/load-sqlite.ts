import process from 'node:process';

let loaded: typeof import('node:sqlite') | undefined;

/** Node's own SQLite. Node 22 warns that it may still change when it is loaded, which tells an operator nothing. */
export function loadSqlite(): typeof import('node:sqlite') {
  loaded ??= loadSilently();
  return loaded;
}

function loadSilently(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
