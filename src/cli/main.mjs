// Plain JavaScript: a first file of TypeScript would load the type stripper, which no kept module needs (measured: 0.12 s of each start).
import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Keeps compiled modules between runs; it must be on before the program is loaded (measured: 0.2 s of each start).
enableCompileCache(path.resolve(import.meta.dirname, '../../.cache/node'));
await import('./program.ts');
