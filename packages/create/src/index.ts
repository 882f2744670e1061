export { CreateError, type CreateErrorCode } from './create-error.js';
export { type CreatedProject, type CreateProjectOptions, createProject } from './create-project.js';
export { listTemplates, type Template } from './templates.js';
