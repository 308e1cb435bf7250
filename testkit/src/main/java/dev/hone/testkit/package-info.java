/** Tiny models, reference data and fakes shared by the tests of every module. */
package dev.hone.testkit;
