import { postgresPlace } from '../../support/postgres/postgres-place.js';
import { taskStoreContract } from '../task-store-contract.js';

taskStoreContract({ name: 'PostgreSQL', isShared: true, place: postgresPlace });
