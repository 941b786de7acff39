/**
 * Handlebars makes an error as it is loaded, and for a trace that nothing reads V8 would parse the whole worker once more. Imported before
 * everything else.
 */
Error.stackTraceLimit = 0;
