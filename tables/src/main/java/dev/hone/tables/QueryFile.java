package dev.hone.tables;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.data.file.FileStamp;
import dev.hone.data.file.RowConverter;
import dev.hone.error.DataException;
import dev.hone.files.InputFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * A query to a database in a file that ends in {@code .sql}. Comments at its beginning say which database; the rest is one query:
 *
 * <pre>
 * -- url: jdbc:postgresql://host/shop
 * -- user: reader
 * -- password-file: /run/secrets/shop
 * -- driver: lib/postgresql-42.7.4.jar
 * select question as prompt, answer as completion from tickets order by id
 * </pre>
 *
 * <p>The database is asked once, and the answer is kept: a run that goes on reads the same rows, whatever became of the database. An
 * {@code order by} makes their order the same wherever it is asked.
 */
public final class QueryFile implements RowConverter {
    private static final int FETCHED = 1000;

    @Override
    public boolean reads(Path input, byte[] head) {
        return head.length > 0 && input.toString().toLowerCase(Locale.ROOT).endsWith(".sql");
    }

    @Override
    public String format() {
        return "the answer to a query, as it was kept";
    }

    @Override
    public FileStamp stamp(Path input) throws IOException {
        String places =
                input.toRealPath() + "\n" + Path.of("").toAbsolutePath() + "\n"; // what relative names in it start from
        return FileStamp.ofText(input, places + InputFile.text(input));
    }

    @Override
    public void convert(Path input, Path rows) throws IOException {
        Query query = Query.read(input);
        try (JsonGenerator out = new ObjectMapper()
                        .createGenerator(new BufferedOutputStream(Files.newOutputStream(rows), 1 << 16));
                Database database = Database.open(query);
                Statement statement = database.connection().createStatement()) {
            out.setRootValueSeparator(new SerializedString("\n"));
            statement.setFetchSize(FETCHED);
            try (ResultSet answer = statement.executeQuery(query.text())) {
                ResultSetMetaData columns = answer.getMetaData();
                boolean isEmpty = true;
                while (answer.next()) {
                    isEmpty = false;
                    out.writeStartObject();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        out.writeFieldName(columns.getColumnLabel(i));
                        write(answer.getObject(i), out);
                    }
                    out.writeEndObject();
                }
                if (isEmpty) { // not kept, so that the database is asked again
                    throw DataException.at(input + ":" + query.line(), "the query has no rows");
                }
            }
        } catch (SQLException e) {
            throw DataException.at(
                    input + ":" + query.line(),
                    "the database (" + query.url() + ") does not answer the query: "
                            + String.valueOf(e.getMessage()).strip(),
                    e);
        }
    }

    /** Numbers, truth values and texts as JSON has them; everything else as its text. */
    private static void write(@org.jspecify.annotations.Nullable Object value, JsonGenerator out)
            throws IOException, SQLException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else if (value instanceof BigDecimal number) {
            out.writeNumber(number);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                out.writeNumber(number);
            } else {
                out.writeNull();
            }
        } else if (value instanceof Number number) {
            out.writeNumber(number.toString());
        } else if (value instanceof java.sql.Clob text) {
            out.writeString(text.getSubString(1, (int) Math.min(Integer.MAX_VALUE, text.length())));
        } else if (value instanceof byte[] || value instanceof java.sql.Blob) {
            throw new SQLException("a column is binary; cast it to text in the query");
        } else {
            out.writeString(value.toString());
        }
    }
}
