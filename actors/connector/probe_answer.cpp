#include "actors/connector/probe_answer.hpp"

namespace tidemark::actors {

ProbeAnswer read_probe(const connectors::Connector& connector,
                       const connectors::HttpAnswer& answer) {
  ProbeAnswer out{.status = answer.status,
                  .said = {domain::DeliveryVerdict::retry, answer.transport}};
  out.judged = connector.judge_probe != nullptr;
  if (out.judged)
    out.said = connector.judge_probe(answer);
  return out;
}

} // namespace tidemark::actors
