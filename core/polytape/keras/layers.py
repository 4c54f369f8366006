"""`tf.keras.layers`: built-in layers and those that plugins contribute. A built-in layer's name can't be taken."""

from __future__ import annotations

from polytape.layers import (
    ELU as ELU,
    GRU as GRU,
    LSTM as LSTM,
    RNN as RNN,
    Activation as Activation,
    Add as Add,
    Average as Average,
    AveragePooling1D as AveragePooling1D,
    AveragePooling2D as AveragePooling2D,
    AveragePooling3D as AveragePooling3D,
    BatchNormalization as BatchNormalization,
    Bidirectional as Bidirectional,
    Concatenate as Concatenate,
    Conv1D as Conv1D,
    Conv1DTranspose as Conv1DTranspose,
    Conv2D as Conv2D,
    Conv2DTranspose as Conv2DTranspose,
    Conv3D as Conv3D,
    Conv3DTranspose as Conv3DTranspose,
    Cropping1D as Cropping1D,
    Cropping2D as Cropping2D,
    Cropping3D as Cropping3D,
    Dense as Dense,
    DepthwiseConv1D as DepthwiseConv1D,
    DepthwiseConv2D as DepthwiseConv2D,
    Dot as Dot,
    Dropout as Dropout,
    Embedding as Embedding,
    Flatten as Flatten,
    GaussianDropout as GaussianDropout,
    GaussianNoise as GaussianNoise,
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAveragePooling3D as GlobalAveragePooling3D,
    GlobalMaxPooling1D as GlobalMaxPooling1D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
    GroupNormalization as GroupNormalization,
    GRUCell as GRUCell,
    Identity as Identity,
    Input as Input,
    InputLayer as InputLayer,
    InputSpec as InputSpec,
    Lambda as Lambda,
    Layer as Layer,
    LayerNormalization as LayerNormalization,
    LeakyReLU as LeakyReLU,
    LSTMCell as LSTMCell,
    Maximum as Maximum,
    MaxPooling1D as MaxPooling1D,
    MaxPooling2D as MaxPooling2D,
    MaxPooling3D as MaxPooling3D,
    Minimum as Minimum,
    MultiHeadAttention as MultiHeadAttention,
    Multiply as Multiply,
    Permute as Permute,
    PReLU as PReLU,
    ReLU as ReLU,
    RepeatVector as RepeatVector,
    Rescaling as Rescaling,
    Reshape as Reshape,
    SeparableConv1D as SeparableConv1D,
    SeparableConv2D as SeparableConv2D,
    SimpleRNN as SimpleRNN,
    SimpleRNNCell as SimpleRNNCell,
    Softmax as Softmax,
    SpatialDropout1D as SpatialDropout1D,
    SpatialDropout2D as SpatialDropout2D,
    SpatialDropout3D as SpatialDropout3D,
    StackedRNNCells as StackedRNNCells,
    Subtract as Subtract,
    TimeDistributed as TimeDistributed,
    UpSampling1D as UpSampling1D,
    UpSampling2D as UpSampling2D,
    UpSampling3D as UpSampling3D,
    ZeroPadding1D as ZeroPadding1D,
    ZeroPadding2D as ZeroPadding2D,
    ZeroPadding3D as ZeroPadding3D,
    deserialize as deserialize,
    serialize as serialize,
)
from polytape.plugins.contributions import Contributions

# Keras's second names.
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1D = Conv1D
Convolution1DTranspose = Conv1DTranspose
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
Convolution3D = Conv3D
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D

contributions = Contributions("layers", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
