package dev.hone.text.jinja;

/** Anything a template can call: a function it was given, a method, a macro. */
@FunctionalInterface
interface Callable {
    Object call(Run run, Arguments arguments);
}
