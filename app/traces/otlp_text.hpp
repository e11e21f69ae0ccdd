#pragma once
#include "domain/operations/span.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// The body of a request to a collector: an ExportTraceServiceRequest of OTLP in its JSON form.
/// `instance` names this installation.
std::string otlp_json(const std::vector<domain::Span>& spans, const std::string& instance);

} // namespace tidemark::app
