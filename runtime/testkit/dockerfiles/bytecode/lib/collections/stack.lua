local stack = {}
stack.__index = stack
function stack.new() return setmetatable({}, stack) end
function stack:push(value) self[#self + 1] = value end
function stack:pop() return table.remove(self) end
return stack
