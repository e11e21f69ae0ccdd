#pragma once
#include "actors/http/http_client.hpp"
#include "app/watches/process_figures.hpp"
#include "storage/rocks/db_figures.hpp"

#include <string>
#include <vector>

namespace tidemark::app {

/// What /metrics says of the process, under the names that every exporter uses.
std::string process_metrics(const ProcessFigures& process);
/// Of its connections to systems.
std::string pool_metrics(const actors::HttpPool& pool);
/// And of its databases.
std::string db_metrics(const std::vector<storage::DbFigures>& databases);

} // namespace tidemark::app
