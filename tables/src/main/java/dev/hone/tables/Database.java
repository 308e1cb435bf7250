package dev.hone.tables;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** A connection, and the driver's classes where they come from a jar of their own. */
record Database(Connection connection, URLClassLoader classes) implements AutoCloseable {
    /** Connects; {@link SQLException} where no driver knows the URL, or the database refuses. */
    static Database open(Query query) throws SQLException, IOException {
        URLClassLoader classes = new URLClassLoader(
                query.drivers().stream().map(Database::url).toArray(URL[]::new), Database.class.getClassLoader());
        try {
            for (Driver driver : ServiceLoader.load(Driver.class, classes)) {
                if (driver.acceptsURL(query.url())) {
                    Connection connection = driver.connect(query.url(), query.properties());
                    if (connection != null) {
                        readOnly(connection);
                        return new Database(connection, classes);
                    }
                }
            }
        } catch (SQLException | RuntimeException e) {
            classes.close();
            throw e;
        } catch (ServiceConfigurationError e) {
            classes.close();
            throw new SQLException("a driver on the classpath cannot be loaded: " + e.getMessage(), e);
        }
        classes.close();
        throw new SQLException("no driver for it is on the classpath; name its jar in a line -- driver: FILE.jar");
    }

    /** Asks for nothing to be changed, and for rows as they come rather than all at once; some drivers refuse either. */
    private static void readOnly(Connection connection) {
        try {
            connection.setReadOnly(true);
        } catch (SQLException e) {
            // then as it is
        }
        try {
            connection.setAutoCommit(false); // what the query changes, against expectation, is not kept
        } catch (SQLException e) {
            // then as it is
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(jar + " cannot be read as a jar", e);
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        try {
            connection.close();
        } finally {
            classes.close();
        }
    }
}
