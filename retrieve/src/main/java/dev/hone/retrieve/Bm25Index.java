package dev.hone.retrieve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ko.KoreanAnalyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Chunks by BM25 (Robertson and Zaragoza, 2009; k₁ 1.2, b 0.75), in memory. English is divided into words by Unicode's rules, Korean into
 * morphemes by nori; each chunk is indexed both ways, with its document's title, and a question is looked up in its own language.
 */
public final class Bm25Index implements Retriever, AutoCloseable {
    private static final int MOST_TERMS = 512;
    /** Lucene remarks on the JVM it runs in; held, because loggers that nobody holds forget their level. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    private final List<Chunk> chunks;
    private final Analyzer analyzer =
            new PerFieldAnalyzerWrapper(new StandardAnalyzer(), Map.of(field(Language.KOREAN), new KoreanAnalyzer()));
    private final DirectoryReader reader;
    private final IndexSearcher searcher;

    private Bm25Index(List<Chunk> chunks) throws IOException {
        this.chunks = List.copyOf(chunks);
        ByteBuffersDirectory memory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(memory, new IndexWriterConfig(analyzer))) {
            for (Chunk chunk : chunks) {
                org.apache.lucene.document.Document entry = new org.apache.lucene.document.Document();
                for (Language language : Language.values()) {
                    entry.add(new TextField(
                            field(language), chunk.document().title() + "\n" + chunk.text(), Field.Store.NO));
                }
                writer.addDocument(entry);
            }
            writer.forceMerge(1); // Lucene's numbers are then the chunks' places
        }
        reader = DirectoryReader.open(memory);
        searcher = new IndexSearcher(reader);
        searcher.setSimilarity(new BM25Similarity());
    }

    private static String field(Language language) {
        return switch (language) {
            case ENGLISH -> "english";
            case KOREAN -> "korean";
        };
    }

    /** Indexes chunks. */
    public static Bm25Index of(List<Chunk> chunks) {
        LUCENE.setLevel(Level.OFF);
        try {
            return new Bm25Index(chunks);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // in memory
        }
    }

    @Override
    public List<Hit> find(String question, int most) {
        if (chunks.isEmpty() || most == 0) {
            return List.of();
        }
        String field = field(Language.of(question));
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        try {
            for (String term : terms(field, question)) {
                query.add(new TermQuery(new Term(field, term)), Occur.SHOULD);
            }
            List<Hit> hits = new ArrayList<>();
            for (ScoreDoc found : searcher.search(query.build(), most).scoreDocs) {
                hits.add(new Hit(chunks.get(found.doc), found.score));
            }
            return hits;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<String> terms(String field, String text) throws IOException {
        Set<String> terms = new LinkedHashSet<>();
        try (TokenStream stream = analyzer.tokenStream(field, text)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken() && terms.size() < MOST_TERMS) {
                terms.add(term.toString());
            }
        }
        return terms;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        analyzer.close();
    }
}
