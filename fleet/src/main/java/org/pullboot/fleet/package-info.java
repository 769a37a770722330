/** Generations, artifacts, machines and boots, and where they are kept. */
@NullMarked
package org.pullboot.fleet;

import org.jspecify.annotations.NullMarked;
