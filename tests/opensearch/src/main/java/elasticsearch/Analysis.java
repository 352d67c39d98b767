package elasticsearch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * What our mapping needs of the module analysis-common, which every
 * distribution of Elasticsearch has and Maven Central has not: the tokenizer
 * whitespace and the filter pattern_capture, by the same classes of Lucene.
 */
public final class Analysis extends Plugin implements AnalysisPlugin {
    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("whitespace", (index, environment, name, settings) ->
            TokenizerFactory.newFactory(name, WhitespaceTokenizer::new));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        AnalysisProvider<TokenFilterFactory> made = (index, environment, name, settings) -> {
            boolean keeps = settings.getAsBoolean("preserve_original", true);
            List<Pattern> patterns = new ArrayList<>();
            for (String pattern : settings.getAsList("patterns")) {
                patterns.add(Pattern.compile(pattern));
            }
            return new AbstractTokenFilterFactory(index, name, settings) {
                @Override
                public TokenStream create(TokenStream in) {
                    return new PatternCaptureGroupTokenFilter(in, keeps, patterns.toArray(new Pattern[0]));
                }
            };
        };
        return Map.of("pattern_capture", AnalysisPlugin.requiresAnalysisSettings(made));
    }
}
