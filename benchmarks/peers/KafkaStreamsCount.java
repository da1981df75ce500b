import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams, at least once: decode an event, count it per key in a store with changelog, pass it on with its number.
 * Arguments: brokers, application id, input, output, folder of its state.
 */
public class KafkaStreamsCount {
  static final ObjectMapper JSON = new ObjectMapper();

  static class Count implements Processor<byte[], byte[], byte[], byte[]> {
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], Long> counts;

    public void init(ProcessorContext<byte[], byte[]> given) {
      context = given;
      counts = given.getStateStore("counts");
    }

    public void process(Record<byte[], byte[]> record) {
      try {
        ObjectNode event = (ObjectNode) JSON.readTree(record.value());
        Long before = counts.get(record.key());
        long number = before == null ? 1 : before + 1;
        counts.put(record.key(), number);
        event.put("index", number);
        context.forward(record.withValue(JSON.writeValueAsBytes(event)));
      } catch (java.io.IOException error) {
        throw new java.io.UncheckedIOException(error);
      }
    }
  }

  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("application.id", arguments[1]);
    settings.put("state.dir", arguments[4]);
    settings.put("num.stream.threads", "1");
    settings.put("processing.guarantee", "at_least_once");
    settings.put("consumer.auto.offset.reset", "earliest");
    var bytes = Serdes.ByteArray();
    Topology topology = new Topology();
    topology.addSource("input", bytes.deserializer(), bytes.deserializer(), arguments[2]);
    topology.addProcessor("count", Count::new, "input");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("counts"), Serdes.ByteArray(), Serdes.Long()), "count");
    topology.addSink("output", arguments[3], bytes.serializer(), bytes.serializer(), "count");
    KafkaStreams streams = new KafkaStreams(topology, settings);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    System.out.println("ready");
  }
}
