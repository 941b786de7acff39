#!/usr/bin/env node
// The file that the shell starts. Only what is loaded after the cache is turned on can come from it.
import { useCompileCache } from '../node/compile-cache.ts';

useCompileCache();
void import('./main.ts').then(({ start }) => start());
