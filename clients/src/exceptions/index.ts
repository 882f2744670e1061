import type { Exception } from '../judge/exception.ts';
import { APPLICATION_EXCEPTIONS } from './applications.ts';
import { SDK_EXCEPTIONS } from './sdks.ts';

/** What clients get wrong or lack. An entry whose operation passes fails the run. */
export const EXCEPTIONS: readonly Exception[] = [...SDK_EXCEPTIONS, ...APPLICATION_EXCEPTIONS];
