#pragma once
#include "connectors/connector.hpp"

namespace tidemark::connectors::aloware {

/// The connector as data; see README.md of this folder.
Connector connector();

} // namespace tidemark::connectors::aloware
