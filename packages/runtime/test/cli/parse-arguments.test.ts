import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/command-line/parse-arguments.js';
import { defineVerb } from '../../src/cli/command-line/verb.js';

const one = defineVerb({ name: 'one', operands: '<first> [second]', summary: '', options: {}, run: () => 0 });
const many = defineVerb({
  name: 'many',
  operands: '<first> [...rest]',
  summary: '',
  options: {
    loud: { help: '' },
    'log-level': { value: 'level', help: '' },
    file: { value: 'path', many: true, help: '' },
  },
  run: () => 0,
});

function parse(...argv: string[]) {
  return parseArguments(argv, [one, many]);
}

function callOf(...argv: string[]) {
  const line = parse(...argv);
  return line.kind === 'run' ? { verb: line.verb.name, ...line.call } : line;
}

const NO_OPTIONS = { loud: false, 'log-level': undefined, file: [] };

describe('operands', () => {
  test('stay as they were typed', () => {
    expect(callOf('many', '007', '1.0', '1e3')).toMatchObject({ operands: ['007', '1.0', '1e3'] });
  });

  test('begin with a dash only after --', () => {
    expect(callOf('many', 'a', '--', '--loud', '-h')).toMatchObject({
      operands: ['a', '--loud', '-h'],
      options: NO_OPTIONS,
    });
  });

  test.each([
    [['one'], 'Missing argument <first>. Usage: molecule one <first> [second]'],
    [['one', 'a', 'b', 'c'], 'Unexpected argument "c". Usage: molecule one <first> [second]'],
  ])('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

describe('options', () => {
  test('may stand before and after the verb and its operands', () => {
    const options = { ...NO_OPTIONS, loud: true, 'log-level': '007' };
    expect(callOf('--log-level', '007', 'many', 'a', '--loud', 'b')).toEqual({
      verb: 'many',
      operands: ['a', 'b'],
      options,
    });
    expect(callOf('many', '--log-level=007', '--loud', 'a', 'b')).toMatchObject({ operands: ['a', 'b'], options });
  });

  test('have their last value, or all of them', () => {
    const argv = ['many', 'a', '--log-level', 'x', '--log-level', 'y', '--file', '1', '--file=2'];
    expect(callOf(...argv)).toMatchObject({ options: { 'log-level': 'y', file: ['1', '2'] } });
  });

  test('with an empty value count as not given', () => {
    expect(callOf('many', 'a', '--log-level', '', '--file=')).toMatchObject({ options: NO_OPTIONS });
  });

  test('may have a value that begins with a dash after =', () => {
    expect(callOf('many', 'a', '--log-level=-1')).toMatchObject({ options: { 'log-level': '-1' } });
  });

  test.each([
    [['many', 'a', '--log-level'], 'Option --log-level <level>: value is missing. See: molecule many --help'],
    [['many', 'a', '--log-level', '--loud'], 'Option --log-level <level>: value is missing.'],
    [['many', 'a', '--loud=yes'], 'Option --loud takes no value, found "yes".'],
    [
      ['many', 'a', '--logLevel', 'x'],
      'Unknown option --logLevel. Did you mean --log-level? See: molecule many --help',
    ],
    [['many', 'a', '-x'], 'Unknown option -x. See: molecule many --help'],
    [['many', 'a', '--constructor'], 'Unknown option --constructor.'],
    [['--loud'], 'Unknown option --loud. See: molecule --help'],
    [['one', 'a', '--version', '--wrong'], 'Unknown option --wrong.'],
  ])('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});

describe('help and version', () => {
  test.each([
    [[], undefined],
    [['--help'], undefined],
    [['-h'], undefined],
    [['one', '--help'], one],
    [['-h', 'one'], one],
    // An argument that is wrong does not hide the help.
    [['one', '--wrong', '--help'], one],
    [['unknown', '--help'], undefined],
  ])('%j asks for help', (argv, verb) => {
    expect(parse(...argv)).toEqual({ kind: 'help', verb });
  });

  test.each([[['--version']], [['-v']], [['one', '--version']]])('%j asks for the versions', (argv) => {
    expect(parse(...argv)).toEqual({ kind: 'version' });
  });

  test('an unknown verb is refused, with the nearest one', () => {
    expect(() => parse('mayn')).toThrow('Unknown command "mayn". Did you mean many? See: molecule --help');
    expect(() => parse('zzzzzz')).toThrow('Unknown command "zzzzzz". See: molecule --help');
  });
});
