#pragma once
#include "connectors/connector.hpp"

namespace tidemark::connectors::gohighlevel {

/// The connector as data; see README.md of this folder.
Connector connector();

} // namespace tidemark::connectors::gohighlevel
