import { describeAdapterContract } from '../../src/testing/index.js';
import { echoSubject } from './echo-adapter.js';

const { adapter, fixtures } = echoSubject();
describeAdapterContract(adapter, fixtures);
