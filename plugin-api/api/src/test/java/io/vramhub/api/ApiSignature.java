package io.vramhub.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything a plugin can see of the API, as sorted lines: a type, and below it its members. A
 * reviewer reads a change of the API as a change of these lines.
 */
final class ApiSignature {
  private ApiSignature() {}

  /** The lines of every public type among the class files below the folder. */
  static List<String> of(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> classes.relativize(file).toString())
          .filter(name -> !name.endsWith("package-info.class"))
          .map(name -> load(name.substring(0, name.length() - ".class".length())))
          .filter(ApiSignature::isVisible)
          .sorted(Comparator.comparing(Class::getName))
          .flatMap(ApiSignature::lines)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> load(String file) {
    try {
      return Class.forName(file.replace('/', '.'), false, ApiSignature.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isVisible(Class<?> type) {
    return isVisible(type.getModifiers())
        && Optional.<Class<?>>ofNullable(type.getEnclosingClass())
            .map(ApiSignature::isVisible)
            .orElse(true);
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static Stream<String> lines(Class<?> type) {
    List<String> members = new ArrayList<>();
    Arrays.stream(type.getDeclaredFields())
        .filter(ApiSignature::isOfTheApi)
        .forEach(field -> members.add(line(field)));
    Arrays.stream(type.getDeclaredConstructors())
        .filter(ApiSignature::isOfTheApi)
        .forEach(constructor -> members.add(line(constructor)));
    Arrays.stream(type.getDeclaredMethods())
        .filter(ApiSignature::isOfTheApi)
        .forEach(method -> members.add(line(method)));
    members.removeAll(implied(type));
    return Stream.concat(
            Stream.of(header(type)), members.stream().sorted().map(each -> "  " + each))
        .map(line -> line.replace("java.lang.", ""));
  }

  /** What every record and enum has, as far as its header tells it. */
  private static Set<String> implied(Class<?> type) {
    Set<String> implied = new HashSet<>();
    if (type.isRecord()) {
      List<RecordComponent> components = List.of(type.getRecordComponents());
      components.forEach(each -> implied.add(component(each) + "()"));
      implied.add(
          components.stream()
              .map(each -> name(each.getAnnotatedType()))
              .collect(Collectors.joining(", ", "new(", ")")));
      for (String prefix : List.of("", "final ")) {
        implied.add(prefix + "boolean equals(java.lang.Object)");
        implied.add(prefix + "int hashCode()");
        implied.add(prefix + "java.lang.String toString()");
      }
    }
    if (type.isEnum()) {
      implied.add("static " + type.getName() + " valueOf(java.lang.String)");
      implied.add("static " + type.getName() + "[] values()");
    }
    return implied;
  }

  private static boolean isOfTheApi(Member member) {
    return isVisible(member.getModifiers()) && !member.isSynthetic();
  }

  private static String header(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    StringBuilder header = new StringBuilder();
    if (kind.equals("class")) {
      header.append(modifiers(type.getModifiers(), type));
    }
    if (type.isSealed()) {
      header.append("sealed ");
    }
    header.append(kind).append(' ').append(type.getName());
    if (type.getTypeParameters().length > 0) {
      header.append(
          Arrays.stream(type.getTypeParameters())
              .map(
                  parameter ->
                      parameter.getName() + " extends " + names(parameter.getBounds(), " & "))
              .collect(Collectors.joining(", ", "<", ">")));
    }
    if (type.isRecord()) {
      header.append(
          Arrays.stream(type.getRecordComponents())
              .map(ApiSignature::component)
              .collect(Collectors.joining(", ", "(", ")")));
    }
    Class<?> parent = type.getSuperclass();
    if (parent != null && kind.equals("class") && parent != Object.class) {
      header.append(" extends ").append(type.getGenericSuperclass().getTypeName());
    }
    if (type.getGenericInterfaces().length > 0) {
      header.append(type.isInterface() ? " extends " : " implements ");
      header.append(names(type.getGenericInterfaces(), ", "));
    }
    if (type.isSealed()) {
      header.append(" permits ").append(names(type.getPermittedSubclasses(), ", "));
    }
    return header.toString();
  }

  private static String component(RecordComponent component) {
    return name(component.getAnnotatedType()) + " " + component.getName();
  }

  private static String line(Field field) {
    return field.isEnumConstant() ? field.getName() : signature(field);
  }

  private static String signature(Field field) {
    return modifiers(field.getModifiers(), field.getDeclaringClass())
        + name(field.getAnnotatedType())
        + " "
        + field.getName();
  }

  private static String line(Constructor<?> constructor) {
    return modifiers(constructor.getModifiers(), constructor.getDeclaringClass())
        + "new"
        + parameters(constructor);
  }

  private static String line(Method method) {
    return modifiers(method.getModifiers(), method.getDeclaringClass())
        + (method.isDefault() ? "default " : "")
        + name(method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + parameters(method);
  }

  private static String parameters(Executable executable) {
    String throwing =
        executable.getGenericExceptionTypes().length == 0
            ? ""
            : " throws " + names(executable.getGenericExceptionTypes(), ", ");
    String types =
        Arrays.stream(executable.getAnnotatedParameterTypes())
            .map(ApiSignature::name)
            .collect(Collectors.joining(", "));
    String told =
        executable.isVarArgs() ? types.substring(0, types.length() - "[]".length()) + "..." : types;
    return "(" + told + ")" + throwing;
  }

  /** With its annotations, because whether something may be null is part of what is promised. */
  private static String name(AnnotatedType type) {
    return type.toString().replace("@org.jspecify.annotations.Nullable()", "@Nullable");
  }

  private static String names(Type[] types, String separator) {
    return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(separator));
  }

  /** What is implied by the kind of a type is left out. */
  private static String modifiers(int modifiers, Class<?> of) {
    int told =
        modifiers & (Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT);
    if (of.isInterface()) {
      told &= ~Modifier.ABSTRACT;
    }
    String text = Modifier.toString(told);
    return text.isEmpty() ? "" : text + " ";
  }
}
