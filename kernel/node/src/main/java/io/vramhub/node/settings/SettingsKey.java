package io.vramhub.node.settings;

/**
 * One key of the schema as it was read.
 *
 * @param path full path, for example {@code storage.use}
 * @param value the value in force, as text
 * @param origin {@code file:line}, or {@code default}
 * @param documentation what it means, its unit and range
 */
public record SettingsKey(String path, String value, String origin, String documentation) {}
