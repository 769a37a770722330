import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar that was compiled for Java 7 or older the class file format of Java 8, with the stack maps it wants.
 * The JVM keeps none of the older ones in an AOT cache, and verifies them at every start in the slow way it had before Java 6. The
 * code stays as it is.
 *
 * <p>Run with a JDK: {@code java CurrentClassFiles.java JAR}. The jar is replaced when all of it could be written.
 */
final class CurrentClassFiles {
    private final ClassFile reader;

    private CurrentClassFiles(ClassLoader classes) {
        reader = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)
                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path rewritten = jar.resolveSibling("." + jar.getFileName());
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            new CurrentClassFiles(classes).rewrite(jar, rewritten);
        }
        Files.move(rewritten, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private void rewrite(Path from, Path to) throws IOException {
        try (JarFile jar = new JarFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                JarOutputStream out = new JarOutputStream(file)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                byte[] content = jar.getInputStream(entry).readAllBytes();
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(".class") ? current(content) : content);
                out.closeEntry();
            }
        }
    }

    private byte[] current(byte[] content) {
        ClassModel before = reader.parse(content);
        if (before.majorVersion() >= ClassFile.JAVA_8_VERSION) {
            return content;
        }
        return reader.build(before.thisClass(), ConstantPoolBuilder.of(before), after -> {
            for (ClassElement element : before) {
                switch (element) {
                    case ClassFileVersion old -> after.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    // Taken apart and put together, which makes the stack maps.
                    case MethodModel method ->
                        after.transformMethod(method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
                    default -> after.with(element);
                }
            }
        });
    }
}
