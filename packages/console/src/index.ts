/** The directory of the built page: `index.html`, and its files below `assets/`. */
export const consoleDirectory: URL = new URL('./page/', import.meta.url);
