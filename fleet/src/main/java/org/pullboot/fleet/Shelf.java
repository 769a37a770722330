package org.pullboot.fleet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The generations that can be served at this moment, oldest first; immutable, so that requests read it without a lock.
 *
 * @param items every generation that is kept
 * @param sources the sources that are served now: only theirs have plain names
 */
record Shelf(List<Item> items, Set<String> sources) {
    /**
     * A generation and its open files.
     *
     * @param sequence higher for what became the newest later
     * @param paths where each file is found again after a restart, by name
     * @param withdrawn names of the files that were written in place
     */
    record Item(
            Generation generation,
            long sequence,
            Map<String, ArtifactFile> files,
            Map<String, String> paths,
            Set<String> withdrawn) {
        Item {
            files = Map.copyOf(files);
            paths = Map.copyOf(paths);
            withdrawn = Set.copyOf(withdrawn);
        }

        GenerationId id() {
            return generation.id();
        }

        Item without(String name) {
            Set<String> more = new HashSet<>(withdrawn);
            more.add(name);
            return new Item(generation, sequence, files, paths, more);
        }
    }

    Shelf {
        items = List.copyOf(items);
        sources = Set.copyOf(sources);
    }

    Optional<Item> item(GenerationId id) {
        return items.stream().filter(item -> item.id().equals(id)).findFirst();
    }

    /** The newest generation of a source. */
    Optional<Item> newest(String source) {
        return items.reversed().stream()
                .filter(item -> item.generation().source().equals(source))
                .findFirst();
    }

    /** The newest generation of each source that is served now. */
    List<Item> newest() {
        Map<String, Item> bySource = new LinkedHashMap<>();
        for (Item item : items) {
            if (sources.contains(item.generation().source())) {
                bySource.put(item.generation().source(), item);
            }
        }
        return List.copyOf(bySource.values());
    }

    /** The newest generation that has this plain name; of each source only its newest one counts. */
    Optional<Item> newestWith(String name) {
        return newest().reversed().stream()
                .filter(item -> item.generation().artifact(name).isPresent())
                .max((a, b) -> Long.compare(a.sequence(), b.sequence()));
    }

    Shelf with(Item item) {
        List<Item> next = new ArrayList<>(items);
        next.removeIf(other -> other.id().equals(item.id()));
        next.add(item);
        next.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
        return new Shelf(next, sources);
    }

    Shelf without(Set<GenerationId> ids) {
        return new Shelf(items.stream().filter(item -> !ids.contains(item.id())).toList(), sources);
    }

    Shelf serving(Set<String> served) {
        return new Shelf(items, served);
    }
}
