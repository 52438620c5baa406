/// The native coin; its smallest unit is 1e-9.
module sui::sui;

public struct SUI has drop {}
