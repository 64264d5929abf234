package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.StackSampler;
import io.nodeflame.discovery.CgroupFrequencies;
import java.util.Map;

/** Hands what pods ask for to the sampler. */
record SampledCgroups(StackSampler sampler) implements CgroupFrequencies {
  @Override
  public void ask(Map<Long, Integer> hertzByCgroup) {
    sampler.raise(hertzByCgroup);
  }

  @Override
  public int hertz(long cgroupId) {
    return sampler.rates().hertz(cgroupId);
  }

  @Override
  public String limit() {
    return sampler.rates().limit();
  }
}
