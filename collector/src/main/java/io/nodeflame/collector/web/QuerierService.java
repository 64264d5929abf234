package io.nodeflame.collector.web;

import com.google.protobuf.Message;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.querier.DiffRequest;
import io.nodeflame.collector.proto.querier.DiffResponse;
import io.nodeflame.collector.proto.querier.PprofProfile;
import io.nodeflame.collector.proto.querier.ProfileFormat;
import io.nodeflame.collector.proto.querier.ProfileTypesRequest;
import io.nodeflame.collector.proto.querier.ProfileTypesResponse;
import io.nodeflame.collector.proto.querier.SelectMergeProfileRequest;
import io.nodeflame.collector.proto.querier.SelectMergeStacktracesRequest;
import io.nodeflame.collector.proto.querier.SelectMergeStacktracesResponse;
import io.nodeflame.collector.proto.querier.SelectSeriesRequest;
import io.nodeflame.collector.proto.querier.SelectSeriesResponse;
import io.nodeflame.collector.proto.querier.SeriesRequest;
import io.nodeflame.collector.proto.querier.SeriesResponse;
import io.nodeflame.collector.proto.types.LabelNamesRequest;
import io.nodeflame.collector.proto.types.LabelNamesResponse;
import io.nodeflame.collector.proto.types.LabelPair;
import io.nodeflame.collector.proto.types.LabelValuesRequest;
import io.nodeflame.collector.proto.types.LabelValuesResponse;
import io.nodeflame.collector.proto.types.Labels;
import io.nodeflame.collector.proto.types.Point;
import io.nodeflame.collector.proto.types.ProfileType;
import io.nodeflame.collector.proto.types.Series;
import io.nodeflame.collector.proto.types.TimeSeriesAggregationType;
import io.nodeflame.collector.store.CallTree;
import io.nodeflame.collector.store.ProfileQueries;
import io.nodeflame.collector.store.Selector;
import io.nodeflame.collector.store.SeriesPoints;
import io.nodeflame.collector.store.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeoutException;

/** The methods of {@code querier.v1.QuerierService}, answered from the local store. */
final class QuerierService {
  private final ProfileQueries queries;

  QuerierService(ProfileQueries queries) {
    this.queries = queries;
  }

  /** An empty request of a method, to be filled in. */
  static Message.Builder request(String method) throws RefusedException {
    return switch (method) {
      case "ProfileTypes" -> ProfileTypesRequest.newBuilder();
      case "LabelNames" -> LabelNamesRequest.newBuilder();
      case "LabelValues" -> LabelValuesRequest.newBuilder();
      case "Series" -> SeriesRequest.newBuilder();
      case "SelectMergeStacktraces" -> SelectMergeStacktracesRequest.newBuilder();
      case "SelectMergeProfile" -> SelectMergeProfileRequest.newBuilder();
      case "SelectSeries" -> SelectSeriesRequest.newBuilder();
      case "Diff" -> DiffRequest.newBuilder();
      default ->
          throw new RefusedException(
              ConnectCode.UNIMPLEMENTED, "querier.v1.QuerierService/" + method);
    };
  }

  Message answer(Message request) throws RefusedException, IOException, TimeoutException {
    try {
      if (request instanceof ProfileTypesRequest asked) {
        return profileTypes(asked);
      } else if (request instanceof LabelNamesRequest asked) {
        return labelNames(asked);
      } else if (request instanceof LabelValuesRequest asked) {
        return labelValues(asked);
      } else if (request instanceof SeriesRequest asked) {
        return series(asked);
      } else if (request instanceof SelectMergeStacktracesRequest asked) {
        return stacktraces(asked);
      } else if (request instanceof SelectMergeProfileRequest asked) {
        return mergedProfile(asked);
      } else if (request instanceof SelectSeriesRequest asked) {
        return selectSeries(asked);
      } else if (request instanceof DiffRequest asked) {
        return difference(asked);
      }
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(String.valueOf(e.getMessage()));
    }
    throw new IllegalStateException("no method takes " + request.getClass());
  }

  private ProfileTypesResponse profileTypes(ProfileTypesRequest asked)
      throws RefusedException, IOException {
    ProfileTypesResponse.Builder response = ProfileTypesResponse.newBuilder();
    for (String id :
        queries.profileTypes(QueryBounds.rangeOrAll(asked.getStart(), asked.getEnd()))) {
      String[] parts = (id + "::::").split(":", -1);
      response.addProfileTypes(
          ProfileType.newBuilder()
              .setID(id)
              .setName(parts[0])
              .setSampleType(parts[1])
              .setSampleUnit(parts[2])
              .setPeriodType(parts[3])
              .setPeriodUnit(parts[4]));
    }
    return response.build();
  }

  private LabelNamesResponse labelNames(LabelNamesRequest asked)
      throws RefusedException, IOException {
    Selector selector = QueryBounds.selectors(asked.getMatchersList());
    TimeRange range = QueryBounds.rangeOrAll(asked.getStart(), asked.getEnd());
    return LabelNamesResponse.newBuilder().addAllNames(queries.labelNames(selector, range)).build();
  }

  private LabelValuesResponse labelValues(LabelValuesRequest asked)
      throws RefusedException, IOException {
    if (asked.getName().isEmpty()) {
      throw RefusedException.invalid("name must be set");
    }
    Selector selector = QueryBounds.selectors(asked.getMatchersList());
    TimeRange range = QueryBounds.rangeOrAll(asked.getStart(), asked.getEnd());
    return LabelValuesResponse.newBuilder()
        .addAllNames(queries.labelValues(asked.getName(), selector, range))
        .build();
  }

  private SeriesResponse series(SeriesRequest asked) throws RefusedException, IOException {
    Selector selector = QueryBounds.selectors(asked.getMatchersList());
    TimeRange range = QueryBounds.rangeOrAll(asked.getStart(), asked.getEnd());
    SeriesResponse.Builder response = SeriesResponse.newBuilder();
    for (SortedMap<String, String> labels :
        queries.series(selector, asked.getLabelNamesList(), range)) {
      response.addLabelsSet(Labels.newBuilder().addAllLabels(pairs(labels)));
    }
    return response.build();
  }

  private static List<LabelPair> pairs(Map<String, String> labels) {
    List<LabelPair> pairs = new ArrayList<>();
    labels.forEach(
        (name, value) -> pairs.add(LabelPair.newBuilder().setName(name).setValue(value).build()));
    return pairs;
  }

  private SelectMergeStacktracesResponse stacktraces(SelectMergeStacktracesRequest asked)
      throws RefusedException, IOException, TimeoutException {
    refuseStackSelectors(asked);
    boolean pprof = asked.getFormat() == ProfileFormat.PROFILE_FORMAT_PPROF;
    boolean flameGraph =
        asked.getFormat() == ProfileFormat.PROFILE_FORMAT_FLAMEGRAPH
            || asked.getFormat() == ProfileFormat.PROFILE_FORMAT_UNSPECIFIED;
    if (!pprof && !flameGraph) {
      throw new RefusedException(ConnectCode.UNIMPLEMENTED, "format " + asked.getFormat());
    }
    CallTree tree = new CallTree(QueryBounds.MERGE_NODES, 1);
    int nodes =
        QueryBounds.nodes(
            asked.getMaxNodes(), pprof ? QueryBounds.MERGE_NODES : QueryBounds.DEFAULT_NODES);
    merge(asked, tree, 0);
    tree.sumUp();
    CallTree pruned = tree.pruned(nodes);
    SelectMergeStacktracesResponse.Builder response = SelectMergeStacktracesResponse.newBuilder();
    if (pprof) {
      Profile profile = FlameGraphs.pprof(pruned, asked.getProfileTypeID(), asked.getEnd());
      return response.setPprof(PprofProfile.newBuilder().setProfile(profile)).build();
    }
    return response.setFlamegraph(FlameGraphs.flameGraph(pruned)).build();
  }

  private Profile mergedProfile(SelectMergeProfileRequest asked)
      throws RefusedException, IOException, TimeoutException {
    if (asked.hasStackTraceSelector()) {
      throw new RefusedException(ConnectCode.UNIMPLEMENTED, "stack_trace_selector");
    }
    CallTree tree = new CallTree(QueryBounds.MERGE_NODES, 1);
    queries.merge(
        QueryBounds.type(asked.getProfileTypeID()),
        QueryBounds.selector(asked.getLabelSelector()),
        QueryBounds.range(asked.getStart(), asked.getEnd()),
        tree,
        0,
        QueryBounds.TIME_LIMIT);
    tree.sumUp();
    CallTree pruned = tree.pruned(QueryBounds.nodes(asked.getMaxNodes(), QueryBounds.MERGE_NODES));
    return FlameGraphs.pprof(pruned, asked.getProfileTypeID(), asked.getEnd());
  }

  private DiffResponse difference(DiffRequest asked)
      throws RefusedException, IOException, TimeoutException {
    refuseStackSelectors(asked.getLeft());
    refuseStackSelectors(asked.getRight());
    CallTree tree = new CallTree(QueryBounds.MERGE_NODES, 2);
    long nodes = Math.max(asked.getLeft().getMaxNodes(), asked.getRight().getMaxNodes());
    int limit = QueryBounds.nodes(nodes, QueryBounds.DEFAULT_NODES);
    merge(asked.getLeft(), tree, 0);
    merge(asked.getRight(), tree, 1);
    tree.sumUp();
    return DiffResponse.newBuilder()
        .setFlamegraph(FlameGraphs.difference(tree.pruned(limit)))
        .build();
  }

  private void merge(SelectMergeStacktracesRequest asked, CallTree tree, int column)
      throws RefusedException, IOException, TimeoutException {
    queries.merge(
        QueryBounds.type(asked.getProfileTypeID()),
        QueryBounds.selector(asked.getLabelSelector()),
        QueryBounds.range(asked.getStart(), asked.getEnd()),
        tree,
        column,
        QueryBounds.TIME_LIMIT);
  }

  private static void refuseStackSelectors(SelectMergeStacktracesRequest asked)
      throws RefusedException {
    if (asked.hasStackTraceSelector()
        || asked.getProfileIdSelectorCount() > 0
        || asked.getTraceIdSelectorCount() > 0
        || asked.getSpanSelectorCount() > 0) {
      // Ignoring them would answer another question than was asked.
      throw new RefusedException(
          ConnectCode.UNIMPLEMENTED, "selectors of stacks, profiles, traces and spans");
    }
  }

  private SelectSeriesResponse selectSeries(SelectSeriesRequest asked)
      throws RefusedException, IOException, TimeoutException {
    if (asked.hasStackTraceSelector()
        || asked.getAggregation() != TimeSeriesAggregationType.TIME_SERIES_AGGREGATION_TYPE_SUM) {
      throw new RefusedException(
          ConnectCode.UNIMPLEMENTED, "stack_trace_selector and aggregations other than SUM");
    }
    TimeRange range = QueryBounds.range(asked.getStart(), asked.getEnd());
    List<SeriesPoints> groups =
        queries.points(
            QueryBounds.type(asked.getProfileTypeID()),
            QueryBounds.selector(asked.getLabelSelector()),
            range,
            QueryBounds.stepMillis(asked.getStep(), range),
            asked.getGroupByList(),
            QueryBounds.TIME_LIMIT);
    SelectSeriesResponse.Builder response = SelectSeriesResponse.newBuilder();
    long limit = asked.getLimit() > 0 ? asked.getLimit() : Long.MAX_VALUE;
    for (SeriesPoints group : groups) {
      if (response.getSeriesCount() >= limit) {
        break;
      }
      Series.Builder series = Series.newBuilder().addAllLabels(pairs(group.labels()));
      group
          .values()
          .forEach(
              (time, value) ->
                  series.addPoints(Point.newBuilder().setTimestamp(time).setValue(value)));
      response.addSeries(series);
    }
    return response.build();
  }
}
