"""Layers: functions with variables, which are made when the first input's shape is known."""

from __future__ import annotations

from polytape.layers.activation import (
    ELU as ELU,
    Activation as Activation,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    ReLU as ReLU,
    Softmax as Softmax,
)
from polytape.layers.attention import MultiHeadAttention as MultiHeadAttention
from polytape.layers.batch_normalization import BatchNormalization as BatchNormalization
from polytape.layers.convolution import Conv1D as Conv1D, Conv2D as Conv2D, Conv3D as Conv3D
from polytape.layers.dense import Dense as Dense
from polytape.layers.depthwise_convolution import (
    DepthwiseConv1D as DepthwiseConv1D,
    DepthwiseConv2D as DepthwiseConv2D,
)
from polytape.layers.dropout import (
    Dropout as Dropout,
    GaussianDropout as GaussianDropout,
    GaussianNoise as GaussianNoise,
    SpatialDropout1D as SpatialDropout1D,
    SpatialDropout2D as SpatialDropout2D,
    SpatialDropout3D as SpatialDropout3D,
)
from polytape.layers.embedding import Embedding as Embedding
from polytape.layers.flatten import Flatten as Flatten
from polytape.layers.function_layers import Identity as Identity, Lambda as Lambda, Rescaling as Rescaling
from polytape.layers.global_pooling import (
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAveragePooling3D as GlobalAveragePooling3D,
    GlobalMaxPooling1D as GlobalMaxPooling1D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
)
from polytape.layers.gru import GRU as GRU, GRUCell as GRUCell
from polytape.layers.input_layer import InputLayer as InputLayer
from polytape.layers.input_spec import InputSpec as InputSpec
from polytape.layers.layer import Layer as Layer
from polytape.layers.layer_normalization import (
    GroupNormalization as GroupNormalization,
    LayerNormalization as LayerNormalization,
)
from polytape.layers.lstm import LSTM as LSTM, LSTMCell as LSTMCell
from polytape.layers.merging import (
    Add as Add,
    Average as Average,
    Concatenate as Concatenate,
    Dot as Dot,
    Maximum as Maximum,
    Minimum as Minimum,
    Multiply as Multiply,
    Subtract as Subtract,
)
from polytape.layers.padding import (
    Cropping1D as Cropping1D,
    Cropping2D as Cropping2D,
    Cropping3D as Cropping3D,
    UpSampling1D as UpSampling1D,
    UpSampling2D as UpSampling2D,
    UpSampling3D as UpSampling3D,
    ZeroPadding1D as ZeroPadding1D,
    ZeroPadding2D as ZeroPadding2D,
    ZeroPadding3D as ZeroPadding3D,
)
from polytape.layers.pooling import (
    AveragePooling1D as AveragePooling1D,
    AveragePooling2D as AveragePooling2D,
    AveragePooling3D as AveragePooling3D,
    MaxPooling1D as MaxPooling1D,
    MaxPooling2D as MaxPooling2D,
    MaxPooling3D as MaxPooling3D,
)
from polytape.layers.recurrent import RNN as RNN
from polytape.layers.reshaping import Permute as Permute, RepeatVector as RepeatVector, Reshape as Reshape
from polytape.layers.separable_convolution import (
    SeparableConv1D as SeparableConv1D,
    SeparableConv2D as SeparableConv2D,
)
from polytape.layers.serialization import deserialize as deserialize, serialize as serialize
from polytape.layers.simple_rnn import SimpleRNN as SimpleRNN, SimpleRNNCell as SimpleRNNCell
from polytape.layers.stacked_cells import StackedRNNCells as StackedRNNCells
from polytape.layers.symbolic import Input as Input
from polytape.layers.transposed_convolution import (
    Conv1DTranspose as Conv1DTranspose,
    Conv2DTranspose as Conv2DTranspose,
    Conv3DTranspose as Conv3DTranspose,
)
from polytape.layers.wrappers import Bidirectional as Bidirectional, TimeDistributed as TimeDistributed
